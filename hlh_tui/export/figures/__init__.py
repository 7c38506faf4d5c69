"""Figures for print: what cohort computed, placed in millimetres and drawn by matplotlib, which only this room uses."""

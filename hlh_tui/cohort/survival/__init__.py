"""Time to event: estimators, endpoints, and what each curve rests on."""

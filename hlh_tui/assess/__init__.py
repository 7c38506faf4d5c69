"""What the criteria say: response criteria compiled to SQL, and explained."""

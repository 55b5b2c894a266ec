"""What each brand offers beside its basic plans, with what a classifier must find in it."""

"""What every resource and transport of the API uses."""

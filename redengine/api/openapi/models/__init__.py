"""The bodies and answers of the API, as pydantic models: what the description is made of."""

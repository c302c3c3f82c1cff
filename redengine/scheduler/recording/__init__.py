"""What happens in a session, on record: in the store, in `logging`, in the audit trail."""

"""A shop's customers are brought into a CRM."""

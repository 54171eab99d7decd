"""What operators watch: alerts, metrics, the audit, and calls of models."""

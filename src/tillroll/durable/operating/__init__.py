"""From outside: instances that execute runs, what people and programs ask of runs, deliveries, the reconciler."""

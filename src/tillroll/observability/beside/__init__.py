"""What other rooms keep of runs and of the deployment, as operators see it."""

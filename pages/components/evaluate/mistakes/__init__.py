"""The confusion matrix beside the test images it counts."""

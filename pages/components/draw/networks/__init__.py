"""What all networks predict."""

"""Test images with what a network says of them."""

"""Pictures that are no digits, made to train and to measure their detector."""

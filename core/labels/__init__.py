"""Which of a data set's labels may be wrong: confident learning, and what the reader finds."""

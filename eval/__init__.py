"""Measuring the assistant: the bench (speed) here; the gold questions come with `cchc eval`."""

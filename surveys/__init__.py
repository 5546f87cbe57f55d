"""The end-user side: widget, feedback, surveys. Its floor stands; it is not built yet."""

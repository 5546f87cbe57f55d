"""The end-user side: the widget's feedback, surveys, and what is kept of those who answer."""

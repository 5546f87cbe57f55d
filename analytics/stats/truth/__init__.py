"""The likely truth behind labels of many raters."""

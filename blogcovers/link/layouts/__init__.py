"""The layouts of front matter, one file a format: where its pairs stand, and how one more is written."""

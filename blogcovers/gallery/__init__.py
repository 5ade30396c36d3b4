"""What shows all covers of a site at once: a page and a contact sheet for people, the data file for templates.

It looks at what the survey found and at the covers on disk; whoever asks writes the files. It may import ``plan``,
``site`` and ``cover``.
"""

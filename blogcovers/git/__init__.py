"""What git has to do with covers: the repository, the hook files in it, and the posts that a commit or push carries.

``repo`` and ``hooks`` know nothing of covers; ``changes`` asks the survey, with git's bytes in place of those on disk.
"""

"""A file is asked: made here, by which recipe, changed since?"""

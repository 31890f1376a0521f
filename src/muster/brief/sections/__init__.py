"""One module a section; each is a function of the material that gives a section of the tree."""

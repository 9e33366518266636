"""The graph as a picture: layout, communities, and the page of one file that people explore it with."""

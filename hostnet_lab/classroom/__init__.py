"""A class on one server: JupyterHub, its proxy and the board, and a lab host for each learner."""

"""The free bound: a total below which no plan of a problem can be."""

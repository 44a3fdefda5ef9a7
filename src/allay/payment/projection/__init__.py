"""Projection: what a contract and a roster come to, in money between parties by month."""

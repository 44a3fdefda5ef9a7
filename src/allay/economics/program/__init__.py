"""The monthly model of a program: patients, work, cost and revenue in every draw."""

"""Who runs the wide work: relational expressions over tables."""

"""`python -m bench.invoices FOLDER`: see `corpora`."""

from bench.invoices.corpora import main

if __name__ == "__main__":
    main()

"""The account: pure rows in, tables, HTML, PDF and spreadsheets out."""

"""The ground floor of the library: errors, files, facts, codes, dates, money, disclosure control."""

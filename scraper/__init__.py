if __name__ == "scraper":  # under two names every class of it would be there twice
    raise ImportError("scraper is a part of columnist: import columnist, or columnist.scraper")

if __name__ == "pipelines":  # under two names every class of it would be there twice
    raise ImportError("pipelines is a part of columnist: import columnist, or columnist.pipelines")

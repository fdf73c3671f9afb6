"""The simulated world as files in the shapes people really have. They are written for the ordinary importer; nothing here reads them."""

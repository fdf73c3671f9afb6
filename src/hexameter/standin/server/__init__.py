"""TikTok's documented APIs over HTTP, on the simulated world: for demos, tests and rehearsals. It imports no code of the tracker."""

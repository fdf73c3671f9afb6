"""Rights: which posts may be used as ads, and until when."""

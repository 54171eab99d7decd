"""Acts on the expenses that a list has chosen: by their ids, or all that a filter finds."""

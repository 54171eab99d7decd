"""`tillroll play`: a story against everything that can come between."""

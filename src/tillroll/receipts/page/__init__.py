"""What a receipt looks like before it is understood: lines, words, signs of the country."""

"""Who sold: the merchant's name, address in the web, telephone number and tax number."""

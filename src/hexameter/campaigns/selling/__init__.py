"""Selling: promo codes, tracked links, orders and to whom each is owed, price lists."""

"""What the operator of a deployment does, on its database and bucket by wrangler: from the
project's folder only.
"""

"""`tillroll replay`: what runs have done, compared with what today's bodies would do."""

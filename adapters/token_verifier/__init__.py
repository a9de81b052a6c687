"""Whose token is this?"""

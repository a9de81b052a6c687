"""A jail management system to try things on: fictional bookings, and faults to be had at will.

It is a tool beside the service and no part of it: `candid jms demo-server`, and the tests. Needs
Faker (`pip install 'candid[demo]'`).
"""

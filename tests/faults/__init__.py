"""The fault list: what a hostile network, a hostile neighbour or a failing part does, and what becomes of the agent.

One file for each kind. Each fault is inflicted on a real softphone in the middle of a real call; ``subject`` then looks
at the engine, the app, the call and the next one. ``make faults`` runs all of it on both builds of PJSIP.
"""

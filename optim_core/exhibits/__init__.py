"""The numbers of the exhibits: what a rule does with gradients that are given, step by step.

Every number comes from the declared rules, schedules, noises and surfaces; nothing here steps by a
formula of its own.
"""

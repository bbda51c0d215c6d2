"""
A picture of the map for reports: what is asked, what is shown, what is said, where it stands, and how it is drawn.

`wanted` reads the parameters; `scene` gathers what is shown; `words` makes every sentence; `sheet` places them;
`drawing` alone knows matplotlib, and imports it when the first picture is drawn.
"""

"""The supervision plane on the screen: who is looking, its frame, its login. Never on public sites.

Pages of pages/supervision draw with this package; `web` holds its routes and knows no Streamlit.
"""

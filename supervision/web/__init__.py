"""HTTP of the supervision plane: login and logout, and the gate before its pages. No Streamlit."""

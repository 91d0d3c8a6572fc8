"""Many visitors at once, without browsers: they speak Streamlit's own protocol with a server on this machine."""

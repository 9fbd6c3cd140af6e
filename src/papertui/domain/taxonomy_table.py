"""arXiv's categories as a table: a heading for each group, then `code Name | other words people look for it by`.

Codes and names are arXiv's (its category taxonomy page, November 2026; the six double names are put apart in ALIASES);
the words after the bar are ours. Groups and categories stand in the order in which they are shown.
"""

from __future__ import annotations

TABLE = """
# Computer Science
cs.AI Artificial Intelligence | agents planning reasoning knowledge llm search expert
cs.AR Hardware Architecture | processors chips accelerators gpu fpga memory
cs.CC Computational Complexity | np hardness lower bounds
cs.CE Computational Engineering, Finance, and Science | simulation
cs.CG Computational Geometry | meshes
cs.CL Computation and Language | nlp natural processing linguistics llm models text translation dialogue
cs.CR Cryptography and Security | privacy attacks malware encryption crypto blockchain
cs.CV Computer Vision and Pattern Recognition | images video segmentation detection diffusion
cs.CY Computers and Society | ethics education policy fairness law
cs.DB Databases | sql queries mining
cs.DC Distributed, Parallel, and Cluster Computing | hpc cloud gpu systems serverless
cs.DL Digital Libraries | citations bibliometrics scholarly
cs.DM Discrete Mathematics | graphs combinatorics
cs.DS Data Structures and Algorithms | graphs sorting approximation streaming
cs.ET Emerging Technologies | neuromorphic memristor quantum
cs.FL Formal Languages and Automata Theory | grammars words
cs.GL General Literature | surveys
cs.GR Graphics | rendering animation shading
cs.GT Computer Science and Game Theory | auctions mechanism equilibrium
cs.HC Human-Computer Interaction | hci interfaces usability visualization
cs.IR Information Retrieval | search recommender recommendation ranking rag
cs.IT Information Theory | coding channel wireless
cs.LG Machine Learning | deep neural networks models ml transformers training reinforcement
cs.LO Logic in Computer Science | verification proofs sat model checking
cs.MA Multiagent Systems | agents multi-agent
cs.MM Multimedia | video audio streaming
cs.MS Mathematical Software | libraries
cs.NE Neural and Evolutionary Computing | networks spiking genetic
cs.NI Networking and Internet Architecture | networks wireless protocols 5g
cs.OH Other Computer Science |
cs.OS Operating Systems | kernel
cs.PF Performance | benchmarks queueing
cs.PL Programming Languages | compilers types semantics code
cs.RO Robotics | robots manipulation locomotion slam driving
cs.SC Symbolic Computation | algebra
cs.SD Sound | audio music speech
cs.SE Software Engineering | code testing bugs repositories programming
cs.SI Social and Information Networks | graphs communities media
# Statistics
stat.AP Applications | applied statistics
stat.CO Computation | monte carlo mcmc computational
stat.ME Methodology | causal inference design methods
stat.ML Machine Learning | ml deep bayesian kernels
stat.OT Other Statistics |
# Electrical Engineering and Systems Science
eess.AS Audio and Speech Processing | recognition synthesis asr tts sound music
eess.IV Image and Video Processing | medical imaging compression reconstruction mri
eess.SP Signal Processing | radar communications wireless sensing eeg
eess.SY Systems and Control | controllers power grids cyber-physical
# Mathematics
math.AC Commutative Algebra | rings ideals
math.AG Algebraic Geometry | varieties schemes moduli
math.AP Analysis of PDEs | partial differential equations
math.AT Algebraic Topology | homotopy homology
math.CA Classical Analysis and ODEs | ordinary differential equations harmonic
math.CO Combinatorics | graphs enumeration
math.CT Category Theory | functors topos
math.CV Complex Variables | holomorphic
math.DG Differential Geometry | riemannian manifolds curvature
math.DS Dynamical Systems | ergodic chaos
math.FA Functional Analysis | banach hilbert
math.GM General Mathematics |
math.GN General Topology | point-set
math.GR Group Theory | groups
math.GT Geometric Topology | knots manifolds
math.HO History and Overview | education
math.KT K-Theory and Homology |
math.LO Logic | set theory models
math.MG Metric Geometry | convex
math.NA Numerical Analysis | finite element numerics solvers
math.NT Number Theory | primes arithmetic
math.OA Operator Algebras | von neumann
math.OC Optimization and Control | convex programming operations research
math.PR Probability | stochastic random processes
math.QA Quantum Algebra | hopf
math.RA Rings and Algebras | linear
math.RT Representation Theory | lie
math.SG Symplectic Geometry | hamiltonian
math.SP Spectral Theory | eigenvalues operators
math.ST Statistics Theory | asymptotics estimation inference
# Physics: Astrophysics
astro-ph.CO Cosmology and Nongalactic Astrophysics | dark matter energy universe cmb astronomy
astro-ph.EP Earth and Planetary Astrophysics | planets exoplanets comets astronomy
astro-ph.GA Astrophysics of Galaxies | milky way astronomy
astro-ph.HE High Energy Astrophysical Phenomena | gamma supernovae pulsars black holes astronomy
astro-ph.IM Instrumentation and Methods for Astrophysics | telescopes astronomy
astro-ph.SR Solar and Stellar Astrophysics | stars sun astronomy
# Physics: Condensed Matter
cond-mat.dis-nn Disordered Systems and Neural Networks | glasses
cond-mat.mes-hall Mesoscale and Nanoscale Physics | graphene nano
cond-mat.mtrl-sci Materials Science | crystals dft
cond-mat.other Other Condensed Matter |
cond-mat.quant-gas Quantum Gases | cold atoms bose-einstein
cond-mat.soft Soft Condensed Matter | polymers colloids active
cond-mat.stat-mech Statistical Mechanics | phase transitions thermodynamics
cond-mat.str-el Strongly Correlated Electrons | magnetism hubbard
cond-mat.supr-con Superconductivity | superconductors
# Physics: Relativity, Particles, Nuclei
gr-qc General Relativity and Quantum Cosmology | gravity gravitational waves black holes
hep-ex High Energy Physics - Experiment | particle collider lhc neutrino
hep-lat High Energy Physics - Lattice | qcd particle
hep-ph High Energy Physics - Phenomenology | particle standard model
hep-th High Energy Physics - Theory | strings field particle
nucl-ex Nuclear Experiment | nuclei
nucl-th Nuclear Theory | nuclei
# Physics: Nonlinear Sciences
nlin.AO Adaptation and Self-Organizing Systems | complex
nlin.CD Chaotic Dynamics | chaos
nlin.CG Cellular Automata and Lattice Gases |
nlin.PS Pattern Formation and Solitons | waves
nlin.SI Exactly Solvable and Integrable Systems |
# Physics
math-ph Mathematical Physics |
quant-ph Quantum Physics | quantum computing information qubits entanglement
physics.acc-ph Accelerator Physics | beams
physics.ao-ph Atmospheric and Oceanic Physics | climate weather ocean
physics.app-ph Applied Physics | devices
physics.atm-clus Atomic and Molecular Clusters |
physics.atom-ph Atomic Physics | atoms molecules
physics.bio-ph Biological Physics | biophysics
physics.chem-ph Chemical Physics | chemistry molecules dft
physics.class-ph Classical Physics | mechanics acoustics
physics.comp-ph Computational Physics | simulation
physics.data-an Data Analysis, Statistics and Probability |
physics.ed-ph Physics Education | teaching
physics.flu-dyn Fluid Dynamics | turbulence flow cfd
physics.gen-ph General Physics |
physics.geo-ph Geophysics | earth seismology earthquakes
physics.hist-ph History and Philosophy of Physics |
physics.ins-det Instrumentation and Detectors |
physics.med-ph Medical Physics | radiotherapy imaging
physics.optics Optics | photonics lasers light
physics.plasm-ph Plasma Physics | fusion tokamak
physics.pop-ph Popular Physics |
physics.soc-ph Physics and Society | networks epidemics social
physics.space-ph Space Physics | solar wind
# Quantitative Biology
q-bio.BM Biomolecules | proteins dna rna structure drugs
q-bio.CB Cell Behavior | cells
q-bio.GN Genomics | genes dna sequencing
q-bio.MN Molecular Networks | gene regulation
q-bio.NC Neurons and Cognition | neuroscience brain
q-bio.OT Other Quantitative Biology |
q-bio.PE Populations and Evolution | ecology epidemics
q-bio.QM Quantitative Methods | bioinformatics
q-bio.SC Subcellular Processes |
q-bio.TO Tissues and Organs | cancer tumour
# Quantitative Finance
q-fin.CP Computational Finance |
q-fin.GN General Finance |
q-fin.MF Mathematical Finance | stochastic
q-fin.PM Portfolio Management | investment
q-fin.PR Pricing of Securities | options derivatives
q-fin.RM Risk Management | credit
q-fin.ST Statistical Finance | markets
q-fin.TR Trading and Market Microstructure | stocks orders
# Economics
econ.EM Econometrics | causal
econ.GN General Economics | empirical
econ.TH Theoretical Economics | games
"""

ALIASES = {
    "cs.NA": "math.NA", "cs.SY": "eess.SY", "math.IT": "cs.IT", "math.MP": "math-ph", "q-fin.EC": "econ.GN", "stat.TH": "math.ST",
}  # fmt: skip
"""Second names of a category, and the first: arXiv puts both on each paper."""

ARCHIVES = ("astro-ph", "cond-mat", "cs", "econ", "eess", "math", "nlin", "physics", "q-bio", "q-fin", "stat")
"""What the feeds also take: all categories of an archive at once. Those with one category only are in the table."""

RETIRED = {
    "acc-phys": "physics.acc-ph", "adap-org": "nlin.AO", "alg-geom": "math.AG", "ao-sci": "physics.ao-ph", "atom-ph": "physics.atom-ph",
    "bayes-an": "physics.data-an", "chao-dyn": "nlin.CD", "chem-ph": "physics.chem-ph", "cmp-lg": "cs.CL", "comp-gas": "nlin.CG",
    "dg-ga": "math.DG", "funct-an": "math.FA", "mtrl-th": "cond-mat.mtrl-sci", "patt-sol": "nlin.PS", "plasm-ph": "physics.plasm-ph",
    "q-alg": "math.QA", "solv-int": "nlin.SI", "supr-con": "cond-mat.supr-con",
}  # fmt: skip
"""Archives of the nineties that still stand in old ids, and what took their place."""

"""The works that a report's methods rest on."""

from __future__ import annotations

from collections.abc import Iterable

_WORKS = {
    "bh": "Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate: a practical"
    " and powerful approach to multiple testing. Journal of the Royal Statistical Society B 57,"
    " 289–300.",
    "broder": "Broder, A. (1997). On the resemblance and containment of documents."
    " Compression and Complexity of Sequences 1997, 21–29.",
    "brown": "Brown, L., Cai, T. & DasGupta, A. (2001). Interval estimation for a binomial"
    " proportion. Statistical Science 16, 101–133.",
    "chernozhukov": "Chernozhukov, V., Chetverikov, D., Demirer, M., Duflo, E., Hansen, C.,"
    " Newey, W. & Robins, J. (2018). Double/debiased machine learning for treatment and structural"
    " parameters. The Econometrics Journal 21, C1–C68.",
    "clopper": "Clopper, C. & Pearson, E. (1934). The use of confidence or fiducial limits"
    " illustrated in the case of the binomial. Biometrika 26, 404–413.",
    "efron": "Efron, B. (1979). Bootstrap methods: another look at the jackknife."
    " Annals of Statistics 7, 1–26.",
    "egami": "Egami, N., Hinck, M., Stewart, B. & Wei, H. (2023). Using imperfect surrogates for"
    " downstream inference: design-based supervised learning for social science applications of"
    " large language models. Advances in Neural Information Processing Systems 36.",
    "eo": "Eo, Y. & Morley, J. (2015). Likelihood-ratio-based confidence sets for the timing of"
    " structural breaks. Quantitative Economics 6, 463–497.",
    "good": "Good, P. (2005). Permutation, Parametric, and Bootstrap Tests of Hypotheses."
    " Springer.",
    "holm": "Holm, S. (1979). A simple sequentially rejective multiple test procedure."
    " Scandinavian Journal of Statistics 6, 65–70.",
    "phipson": "Phipson, B. & Smyth, G. (2010). Permutation p-values should never be zero:"
    " calculating exact p-values when permutations are randomly drawn. Statistical"
    " Applications in Genetics and Molecular Biology 9, 39.",
    "ppi": "Angelopoulos, A., Duchi, J. & Zrnic, T. (2023). PPI++: efficient prediction-powered"
    " inference. arXiv 2311.01453.",
    "rogan": "Rogan, W. & Gladen, B. (1978). Estimating prevalence from the results of a screening"
    " test. American Journal of Epidemiology 107, 71–76.",
    "saerens": "Saerens, M., Latinne, P. & Decaestecker, C. (2002). Adjusting the outputs of a"
    " classifier to new a priori probabilities: a simple procedure. Neural Computation 14, 21–41.",
    "sarndal": "Särndal, C.-E., Swensson, B. & Wretman, J. (1992). Model Assisted Survey Sampling."
    " Springer.",
    "zou": "Zou, G. & Donner, A. (2008). Construction of confidence limits about effect measures:"
    " a general approach. Statistics in Medicine 27, 1693–1702.",
}


def works(names: Iterable[str]) -> list[str]:
    """The works of these names, each once, in alphabetical order."""
    return sorted({_WORKS[name] for name in names})

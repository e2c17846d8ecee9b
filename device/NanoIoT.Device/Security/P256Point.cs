using System;

namespace NanoIoT.Device.Security
{
    /// <summary>A point of NIST P-256 in Jacobian coordinates: x = X / Z², y = Y / Z³.</summary>
    internal sealed class P256Point
    {
        internal readonly int[] _x = new int[P256Field.Limbs];
        internal readonly int[] _y = new int[P256Field.Limbs];
        internal readonly int[] _z = new int[P256Field.Limbs];
        private bool _isInfinity = true;

        /// <summary>Sets the point.</summary>
        public void Set(int[] x, int[] y)
        {
            Array.Copy(x, 0, _x, 0, P256Field.Limbs);
            Array.Copy(y, 0, _y, 0, P256Field.Limbs);
            Array.Copy(P256Field.One(), 0, _z, 0, P256Field.Limbs);
            _isInfinity = false;
        }

        /// <summary>Sets the point to another.</summary>
        public void Set(P256Point other)
        {
            Array.Copy(other._x, 0, _x, 0, P256Field.Limbs);
            Array.Copy(other._y, 0, _y, 0, P256Field.Limbs);
            Array.Copy(other._z, 0, _z, 0, P256Field.Limbs);
            _isInfinity = other._isInfinity;
        }

        /// <summary>Whether the point's x is a number in Montgomery form.</summary>
        public bool HasX(int[] x, P256Workspace space)
        {
            if (_isInfinity)
            {
                return false;
            }

            // X = x Z² instead of x = X / Z²: no inverse.
            P256Field.Multiply(_z, _z, space.A);
            P256Field.Multiply(space.A, x, space.A);
            P256Field.Subtract(space.A, _x, space.A);
            P256Field.Multiply(space.A, P256Field.One(), space.A);
            return P256Field.IsZero(space.A);
        }

        /// <summary>Doubles in place (dbl-2001-b of the Explicit-Formulas Database).</summary>
        public void Double(P256Workspace space)
        {
            if (_isInfinity)
            {
                return;
            }

            int[] delta = space.A, gamma = space.B, beta = space.C, alpha = space.D, t = space.E;
            P256Field.Multiply(_z, _z, delta);
            P256Field.Multiply(_y, _y, gamma);
            P256Field.Multiply(_x, gamma, beta);
            P256Field.Subtract(_x, delta, alpha);
            P256Field.Add(_x, delta, t);
            P256Field.Multiply(alpha, t, alpha);
            P256Field.Add(alpha, alpha, t);
            P256Field.Add(alpha, t, alpha);

            // Z = 2 Y Z
            P256Field.Multiply(_y, _z, _z);
            P256Field.Add(_z, _z, _z);

            // X = alpha² - 8 beta
            P256Field.Add(beta, beta, beta);
            P256Field.Add(beta, beta, beta);
            P256Field.Multiply(alpha, alpha, _x);
            P256Field.Subtract(_x, beta, _x);
            P256Field.Subtract(_x, beta, _x);
            P256Field.Carry(_x);

            // Y = alpha (4 beta - X) - 8 gamma²
            P256Field.Subtract(beta, _x, beta);
            P256Field.Multiply(alpha, beta, _y);
            P256Field.Multiply(gamma, gamma, gamma);
            P256Field.Add(gamma, gamma, gamma);
            P256Field.Add(gamma, gamma, gamma);
            P256Field.Subtract(_y, gamma, _y);
            P256Field.Subtract(_y, gamma, _y);
            P256Field.Carry(_y);
        }

        /// <summary>Adds another point, or takes it away (add-2007-bl).</summary>
        public void Add(P256Point other, bool negate, P256Workspace space)
        {
            if (other._isInfinity)
            {
                return;
            }

            if (_isInfinity)
            {
                Set(other);
                Negate(negate);
                return;
            }

            int[] zz1 = space.A, zz2 = space.B, u1 = space.C, s1 = space.F;
            P256Field.Multiply(_z, _z, zz1);
            P256Field.Multiply(other._z, other._z, zz2);
            P256Field.Multiply(_x, zz2, u1);
            P256Field.Multiply(_y, zz2, s1);
            P256Field.Multiply(s1, other._z, s1);
            P256Field.Multiply(_z, other._z, zz2);
            Finish(other._x, other._y, negate, zz1, zz2, u1, s1, space);
        }

        /// <summary>Adds a point whose Z is one, from a table of x and y, or takes it away (madd).</summary>
        public void AddAffine(int[] x, int[] y, bool negate, P256Workspace space)
        {
            if (_isInfinity)
            {
                Set(x, y);
                Negate(negate);
                return;
            }

            P256Field.Multiply(_z, _z, space.A);
            Array.Copy(_x, 0, space.C, 0, P256Field.Limbs);
            Array.Copy(_y, 0, space.F, 0, P256Field.Limbs);
            Array.Copy(_z, 0, space.B, 0, P256Field.Limbs);
            Finish(x, y, negate, space.A, space.B, space.C, space.F, space);
        }

        private void Negate(bool negate)
        {
            if (negate)
            {
                P256Field.Subtract(new int[P256Field.Limbs], _y, _y);
            }
        }

        /// <summary>The part both additions share: U1 and S1 are this point's, Z1 Z2 the product of both.</summary>
        private void Finish(int[] x2, int[] y2, bool negate, int[] zz1, int[] z1z2, int[] u1, int[] s1, P256Workspace space)
        {
            int[] h = space.D, r = space.E, hh = space.G;
            P256Field.Multiply(x2, zz1, h);
            P256Field.Subtract(h, u1, h);
            P256Field.Multiply(zz1, _z, r);
            P256Field.Multiply(r, y2, r);
            if (negate)
            {
                P256Field.Add(r, s1, r);
                P256Field.Subtract(space.Zero, r, r);
            }
            else
            {
                P256Field.Subtract(r, s1, r);
            }

            P256Field.Multiply(h, P256Field.One(), hh);
            if (P256Field.IsZero(hh))
            {
                P256Field.Multiply(r, P256Field.One(), hh);
                if (P256Field.IsZero(hh))
                {
                    Double(space);
                }
                else
                {
                    _isInfinity = true;
                }

                return;
            }

            // Z = Z1 Z2 H
            P256Field.Multiply(z1z2, h, _z);

            // X = r² - H³ - 2 U1 H²
            P256Field.Multiply(h, h, hh);
            P256Field.Multiply(u1, hh, u1);
            P256Field.Multiply(h, hh, h);
            P256Field.Multiply(r, r, _x);
            P256Field.Subtract(_x, h, _x);
            P256Field.Subtract(_x, u1, _x);
            P256Field.Subtract(_x, u1, _x);

            // Y = r (U1 H² - X) - S1 H³
            P256Field.Subtract(u1, _x, u1);
            P256Field.Multiply(r, u1, _y);
            P256Field.Multiply(s1, h, s1);
            P256Field.Subtract(_y, s1, _y);
            P256Field.Carry(_x);
        }
    }
}
